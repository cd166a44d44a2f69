"""A client of the API server for benchmarks: JSON over a kept connection per thread, with the kubeconfig's client certificate."""
import base64
import concurrent.futures
import http.client
import json
import os
import ssl
import tempfile
import threading
import urllib.parse

import yaml


class Refused(Exception):
    """The server answered with an error."""


class Api:
    def __init__(self, kubeconfig=None):
        with open(kubeconfig or os.environ["KUBECONFIG"], encoding="utf-8") as file:
            config = yaml.safe_load(file)
        cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
        self.address = urllib.parse.urlsplit(cluster["server"])
        self.tls = ssl.create_default_context(cadata=self._text(cluster, "certificate-authority"))
        with tempfile.NamedTemporaryFile("w") as pair:
            pair.write(self._text(user, "client-certificate") + "\n" + self._text(user, "client-key"))
            pair.flush()
            self.tls.load_cert_chain(pair.name)
        self.local = threading.local()

    @staticmethod
    def _text(section, name):
        if name + "-data" in section:
            return base64.b64decode(section[name + "-data"]).decode()
        with open(section[name], encoding="utf-8") as file:
            return file.read()

    def call(self, method, path, body=None, kind="application/json"):
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPSConnection(self.address.hostname, self.address.port, context=self.tls, timeout=60)
        text = None if body is None else json.dumps(body)
        try:
            answer = self._answer(method, path, text, kind)
        except (http.client.RemoteDisconnected, ConnectionError):
            self.local.connection.close()
            if method != "GET":  # it may have been done
                raise
            answer = self._answer(method, path, text, kind)  # over a new connection: the server closes those that rest
        found = json.loads(answer.read() or "{}")
        if answer.status >= 300:
            raise Refused(f"{method} {path}: {answer.status} {found.get('message')}")
        return found

    def _answer(self, method, path, text, kind):
        self.local.connection.request(method, path, text, {"Content-Type": kind, "User-Agent": "bench"})
        return self.local.connection.getresponse()

    def create(self, path, objects, threads=8):
        """All of them, several at a time."""
        with concurrent.futures.ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda one: self.call("POST", path, one), objects))

    def items(self, path):
        return self.call("GET", path)["items"]
