#pragma once

#include <string>

#include "base/result.h"

namespace staves::command {

/// What was being talked to when an error came.
struct Whereabouts {
  std::string server{};
  std::string name_space{};
};

/// An error in one or two sentences for a person at a terminal: what is wrong and what to do.
std::string error_sentence(const base::Error& error, const Whereabouts& where);

/// The exit code that a script gets.
int exit_code_of(const base::Error& error);

/// An error of the command line or of a file: exit code 2.
std::unexpected<base::Error> bad_input(std::string message);

}  // namespace staves::command
