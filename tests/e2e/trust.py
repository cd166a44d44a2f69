"""Cases about how servers are reached: a company's own authority, and a proxy."""
import http.server
import pathlib
import ssl
import subprocess
import tempfile
import threading
import urllib.parse

from cluster import REGISTRY, Namespace, builder, check, condition, image, is_ready, run

HERE = pathlib.Path(__file__).parent
# The machine's end of the cluster's network, as pods see it.
HOST = REGISTRY.split(":")[0].rsplit(".", 1)[0] + ".254"


class Authority:
    """A certificate authority that nobody knows, and a certificate of it for HOST."""

    def __init__(self, folder):
        self.root, self.certificate, self.key = (pathlib.Path(folder) / name for name in ("ca.crt", "server.crt", "server.key"))
        new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
        ca_key = str(pathlib.Path(folder) / "ca.key")
        run("openssl", "req", "-x509", *new_key, "-keyout", ca_key, "-out", str(self.root), "-subj", "/CN=authority of the tests")
        run("openssl", "req", "-x509", *new_key, "-keyout", str(self.key), "-out", str(self.certificate), "-subj", "/CN=server of the tests",
            "-addext", f"subjectAltName=IP:{HOST}", "-addext", "basicConstraints=critical,CA:FALSE", "-CA", str(self.root), "-CAkey", ca_key)

    def config_map(self, name):
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"ca.crt": self.root.read_text(encoding="utf-8")}}


class Relay:
    """Gives what the tests' mirror has: with an authority over https, without one as a proxy. Keeps what was asked for."""

    def __init__(self, port, authority=None):
        asked = self.asked = []
        mirror = pathlib.Path(run(str(HERE / "../tree/build"), timeout=600).strip()) / "mirror"

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                file = mirror / urllib.parse.urlsplit(self.path).path.lstrip("/")
                body = file.read_bytes() if file.is_file() else b""
                self.send_response(200 if body else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer((HOST, port), Handler)
        if authority:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(authority.certificate, authority.key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.address = f"{'https' if authority else 'http'}://{HOST}:{port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class TlsRegistry:
    """A real registry with a certificate of the authority."""

    def __init__(self, folder, authority):
        self.address = f"{HOST}:5444"
        self.config = pathlib.Path(folder) / "config.yml"
        self.config.write_text(
            f"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {folder}/data}}}}\n"
            f"http: {{addr: '{self.address}', tls: {{certificate: {authority.certificate}, key: {authority.key}}}}}\n", encoding="utf-8")

    def __enter__(self):
        self.process = subprocess.Popen(["docker-registry", "serve", str(self.config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "listening on" in line:
                break
        check(self.process.poll() is None, "the registry did not start")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def an_authority_of_ones_own_is_trusted_by_builds_and_by_the_operator():
    """By `publish` for the registry, by `emerge` for a mirror, and by the operator when it looks whether the image is still there."""
    with tempfile.TemporaryDirectory() as folder:
        authority = Authority(folder)
        with TlsRegistry(folder, authority) as registry, Relay(5445, authority) as mirror, Namespace("authority") as ns:
            wanted = builder()
            wanted["spec"]["trust"]["caBundle"] = {"configMapRef": {"name": "company-roots"}}
            wanted["spec"]["portage"]["mirrors"] = [mirror.address]
            ns.apply(wanted, image("fetched", ["app-misc/hello"], f"{registry.address}/team/fetched"))
            missing, _ = ns.wait("stavesbuilder", "glibc", lambda o: condition(o, "Ready").get("reason") == "ConfigMapNotFound", "told what is missing", 60)
            check("company-roots" in condition(missing, "Ready")["message"], f"{missing['status']}")
            ns.apply(authority.config_map("company-roots"))
            built, _ = ns.wait_ready("fetched", 300)
            check(any("hello_2.10" in path for path in mirror.asked), f"asked of the mirror: {mirror.asked}")
            check(built["status"]["image"]["reference"].startswith(registry.address), f"{built['status']['image']}")
            ns.wait("stavesimage", "fetched", lambda o: is_ready(o) and "seenTime" in o["status"]["image"], "seen in the registry", 60)


def what_is_fetched_goes_through_the_proxy_and_what_needs_none_does_not():
    with Relay(5446) as proxy, Namespace("proxy") as ns:
        hosts = ",".join([REGISTRY.split(":")[0], "127.0.0.1", "localhost"])
        ns.apply(builder(proxy={"http": proxy.address, "https": proxy.address, "noProxy": hosts}), image("fetched", ["app-misc/hello"]))
        ns.wait_ready("fetched", 300)
        check(any(path.startswith("http://") and "hello_2.10" in path for path in proxy.asked), f"asked of the proxy: {proxy.asked}")
        check(not any("/v2/" in path for path in proxy.asked), f"the registry was asked through the proxy: {proxy.asked}")
