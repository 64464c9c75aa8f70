"""Asks what ClientsTest asks. Arguments: requests or httpx, base URL, CA file."""
import sys
from concurrent.futures import ThreadPoolExecutor

library, base, ca = sys.argv[1:]
body = b"outrigger" * 120_000

if library == "requests":
    import requests

    session = requests.Session()
    session.verify = ca

    def ask(method, path, content=None):
        answer = session.request(method, base + path, data=content)
        return answer.status_code, answer.content

else:
    import ssl

    import httpx

    session = httpx.Client(
        verify=ssl.create_default_context(cafile=ca), http2=library == "httpx2", follow_redirects=True
    )

    def ask(method, path, content=None):
        answer = session.request(method, base + path, content=content)
        return answer.status_code, answer.content


def expect(got, status, content):
    assert got == (status, content), (got[0], len(got[1]), status, len(content))


for _ in range(3):
    expect(ask("GET", "/hello"), 200, b"hello GET")
if library == "requests":
    assert session.head(base + "/hello").status_code == 200
else:
    expect(ask("HEAD", "/hello"), 200, b"")
expect(ask("DELETE", "/empty"), 204, b"")
expect(ask("GET", "/nothing"), 404, b"nothing here")
expect(ask("GET", "/moved"), 200, b"hello GET")
expect(ask("POST", "/echo", body), 200, body)
expect(ask("PUT", "/echo", (part for part in [body[:1000], body[1000:]])), 200, body)
expect(ask("GET", "/large"), 200, bytes(8 << 20))
with ThreadPoolExecutor(20) as pool:
    for got in pool.map(lambda _: ask("GET", "/hello"), range(20)):
        expect(got, 200, b"hello GET")
print("ok")
