#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "command/command_line.h"

namespace staves::command {

/// What one -f says.
struct FileText {
  std::string name;  ///< as it was given; "-": standard input
  std::string text;
};

/// Reads the files of the command line. Errors: BadInput, with the file's name and the system's reason.
base::Result<std::vector<FileText>> read_files(const std::vector<std::string>& names);

/// Whether a file is a staves.toml: by the end of its name, else by what it begins with.
bool is_staves_toml(const FileText& file);

/// The objects of the files as they are to be applied: StavesImages and StavesBuilders with a namespace.
/// `builder` is for a staves.toml when the command line names none.
/// Errors: BadInput and InvalidSpec, with the file's name in front; options that do not go with the file.
base::Result<std::vector<base::Json>> objects_of_files(const std::vector<FileText>& files, const Options& options,
                                                       const std::string& name_space, const std::string& builder);

}  // namespace staves::command
