#include "api/toolchain.h"

#include "api/spec_parts.h"

namespace staves::api {

base::Json to_json(const Toolchain& toolchain) {
  base::Json json = base::Json::object();
  put_text(json, "arch", toolchain.arch);
  put_text(json, "chost", toolchain.chost);
  put_text(json, "libc", toolchain.libc);
  put_text(json, "profile", toolchain.profile);
  put_text(json, "gcc", toolchain.gcc);
  put_text(json, "binutils", toolchain.binutils);
  put_text(json, "portage", toolchain.portage);
  return json;
}

Toolchain read_toolchain(const Fields& fields) {
  return {.arch = fields.text("arch"),
          .chost = fields.text("chost"),
          .libc = fields.text("libc"),
          .profile = fields.text("profile"),
          .gcc = fields.text("gcc"),
          .binutils = fields.text("binutils"),
          .portage = fields.text("portage")};
}

}  // namespace staves::api
