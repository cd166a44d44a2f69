#include "tests/support/fault_proxy/call.h"

#include <algorithm>
#include <ranges>
#include <string_view>
#include <vector>

namespace staves::test {

namespace {

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  for (const auto part : std::views::split(text, at)) {
    if (!part.empty()) parts.emplace_back(part.begin(), part.end());
  }
  return parts;
}

std::string query_of(const std::string& target) {
  return target.contains('?') ? target.substr(target.find('?') + 1) : std::string();
}

bool is_true(const std::string& value) {
  return value == "true" || value == "1";
}

std::string verb_of(const std::string& method, bool named, bool watches) {
  if (method == "GET") return watches ? "watch" : named ? "get" : "list";
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return named ? "delete" : "deletecollection";
  std::string lower = method;
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return lower;
}

}  // namespace

bool Call::writes() const {
  return verb == "create" || verb == "update" || verb == "patch" || verb.starts_with("delete");
}

Call read_call(const std::string& method, const std::string& target) {
  const std::string path = target.substr(0, target.find('?'));
  auto parts = split(path, '/');
  const std::size_t prefix = parts.empty() ? 0 : parts[0] == "api" ? 2 : parts[0] == "apis" ? 3 : 0;
  Call call;
  const bool watches = is_true(query_value(target, "watch"));
  call.streams = watches || is_true(query_value(target, "follow"));
  if (prefix == 0 || parts.size() <= prefix) {
    call.verb = verb_of(method, true, false);
    call.resource = path;
    return call;
  }
  parts.erase(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(prefix));
  const bool of_the_namespace = parts.size() == 3 && (parts[2] == "status" || parts[2] == "finalize");
  if (parts[0] == "namespaces" && parts.size() > 2 && !of_the_namespace) {
    call.name_space = parts[1];
    parts.erase(parts.begin(), parts.begin() + 2);
  }
  call.resource = parts[0];
  if (parts.size() > 1) call.name = parts[1];
  if (parts.size() > 2) call.resource += "/" + parts[2];
  call.verb = verb_of(method, !call.name.empty(), watches);
  return call;
}

std::string query_value(const std::string& target, const std::string& name) {
  for (const std::string& part : split(query_of(target), '&')) {
    if (part.starts_with(name + "=")) return part.substr(name.size() + 1);
  }
  return {};
}

std::string with_query_value(const std::string& target, const std::string& name, const std::string& value) {
  std::string changed = target.substr(0, target.find('?'));
  char joint = '?';
  const auto append = [&](const std::string& part) {
    changed += joint + part;
    joint = '&';
  };
  for (const std::string& part : split(query_of(target), '&')) {
    if (!part.starts_with(name + "=")) append(part);
  }
  if (!value.empty()) append(name + "=" + value);
  return changed;
}

}  // namespace staves::test
