#pragma once

#include <string>

namespace staves::test {

/// What a request to an API server is about, as its authorisation would name it.
struct Call {
  std::string verb;      ///< get list watch create update patch delete deletecollection; else the method in lower case
  std::string resource;  ///< "configmaps", "stavesimages/status"; the path where it is no resource
  std::string name_space = {};
  std::string name = {};
  bool writes() const;
  /// A stream without an end: a watch, or a log that is followed.
  bool streams = false;
};

/// `method` is upper case, `target` is path and query.
Call read_call(const std::string& method, const std::string& target);

/// The value of a query's parameter as it stands there; empty when there is none.
std::string query_value(const std::string& target, const std::string& name);
/// `target` with this parameter instead of what it had; an empty value takes it out.
std::string with_query_value(const std::string& target, const std::string& name, const std::string& value);

}  // namespace staves::test
