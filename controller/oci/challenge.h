#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace staves::oci {

/// How a server wants to be convinced. Source: RFC 9110, section 11.6.1.
struct Challenge {
  std::string scheme;                             ///< lower case: "basic", "bearer"
  std::map<std::string, std::string> parameters;  ///< names in lower case, values unquoted
  friend bool operator==(const Challenge&, const Challenge&) = default;
};

/// The challenges of a WWW-Authenticate header, in order. What cannot be read is left out; never fails.
std::vector<Challenge> parse_challenges(std::string_view header);

}  // namespace staves::oci
