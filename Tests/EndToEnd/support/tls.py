"""A certificate authority of the test's own, made by the openssl program."""

import ssl
import subprocess


class Authority:
    """A CA and one certificate for 127.0.0.1, localhost and further names."""

    def __init__(self, folder, names=()):
        self.folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)
        self.ca, self.certificate, self.key = folder / "ca.pem", folder / "server.pem", folder / "server.key"
        ca_key, request, extensions = folder / "ca.key", folder / "server.csr", folder / "server.ext"
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        self._openssl("req", "-x509", *curve, "-keyout", ca_key, "-out", self.ca, "-days", "2", "-subj", "/CN=e2e CA")
        self._openssl("req", *curve, "-keyout", self.key, "-out", request, "-subj", "/CN=127.0.0.1")
        subjects = ",".join(["IP:127.0.0.1", *(f"DNS:{name}" for name in ("localhost", *names))])
        extensions.write_text(f"subjectAltName={subjects}\nextendedKeyUsage=serverAuth\n")
        self._openssl(
            "x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", ca_key, "-CAcreateserial",
            "-out", self.certificate, "-days", "2", "-extfile", extensions,
        )

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def server_context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def client_context(self):
        return ssl.create_default_context(cafile=self.ca)
