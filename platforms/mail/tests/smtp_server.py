#!/usr/bin/python3
"""smtp_server.py FOLDER PORT [USER PASSWORD]: a real SMTP server on the loopback address for the tests.

PORT 0 takes a free one; the port is printed when it listens. Each accepted message becomes a file in FOLDER. With USER,
it speaks STARTTLS (its certificate is FOLDER/cert.pem) and takes mail only from who has logged in.
Recipients: nobody@ is refused for good (550), busy@ for the first time (451). The sender unknown@ is refused (550), and
so is a message with the subject "unwanted" (554).
"""
import asyncio
import itertools
import logging
import os
import ssl
import subprocess
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

logging.disable(logging.CRITICAL)  # what goes wrong here, the tests do on purpose
warnings.simplefilter("ignore")
folder, port = sys.argv[1], int(sys.argv[2])
login = [word.encode() for word in sys.argv[3:5]]


class Handler:
    def __init__(self):
        self.number = itertools.count(1)
        self.busy = set()

    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith("unknown@"):
            return "550 this sender is not ours"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 there is no such mailbox"
        if address.startswith("busy@") and address not in self.busy:
            self.busy.add(address)
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if b"Subject: unwanted" in envelope.original_content:
            return "554 this is not taken"
        name = os.path.join(folder, "%06d-%d" % (next(self.number), os.getpid()))
        with open(name, "wb") as file:
            file.write(envelope.original_content)
        os.rename(name, name + ".eml")
        return "250 OK"


def authenticator(server, session, envelope, mechanism, data):
    return AuthResult(success=[data.login, data.password] == login)


options = {}
if login:
    key, cert = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", key, "-out", cert, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    options = dict(tls_context=context, require_starttls=True, auth_required=True, authenticator=authenticator)


async def main():
    handler = Handler()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, loop=loop, **options), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
