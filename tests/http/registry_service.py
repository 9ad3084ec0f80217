"""A real HTTP server of this machine that answers as 企查查 and 天眼查 document it, and misbehaves when told to."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY, SECRET, TOKEN = "app-key-1", "secret-key-1", "token-1"

COMPANY = {
    "name": "苏州启明光电股份有限公司",
    "code": "91320500MA1XQ2Y34H",
    "person": "陆文博",
    "phone": "0512-66778899",
    "scope": "光电器件、激光设备的研发、生产和销售。",
}


@dataclass
class Service:
    """How the server behaves, and what it was asked."""

    port: int = 0
    fault: str = ""
    asked: list[str] = field(default_factory=list)
    skew: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    service: Service

    def do_GET(self) -> None:
        """Answer one question."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.service.asked.append(self.path)
        match self.service.fault:
            case "slow":
                time.sleep(2)
            case "drip":
                self.send_response(200)
                self.end_headers()
                for _ in range(50):
                    try:
                        self.wfile.write(b" ")
                        self.wfile.flush()
                    except OSError:
                        return
                    time.sleep(0.1)
                return
            case "garbage":
                self._send(b"<html>502 Bad Gateway</html>")
                return
            case "flood":
                self._send(b"[" + b"1," * 3_000_000 + b"1]")
                return
            case "error":
                self._send(b"{}", 500)
                return
            case "redirect":
                self.send_response(302)
                self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
                self.end_headers()
                return
        answer = self._qichacha(parts.path, query) if "qcc" in parts.path else self._tianyancha(parts.path, query)
        self._send(json.dumps(answer, ensure_ascii=False).encode())

    def _qichacha(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        moment = self.headers.get("Timespan", "")
        token = hashlib.md5(f"{KEY}{moment}{SECRET}".encode(), usedforsecurity=False).hexdigest().upper()
        if query.get("key") != KEY or self.headers.get("Token") != token:
            return {"Status": "101", "Message": "当前的KEY无效或者还未生效中", "Result": None}
        if self.service.fault == "quota":
            return {"Status": "112", "Message": "账号剩余使用量已不足或已过期", "Result": None}
        if path.endswith("/FuzzySearch/GetList"):
            if query["searchKey"] not in COMPANY["name"]:
                return {"Status": "201", "Message": "查询无结果", "Result": None}
            return {
                "Status": "200",
                "Message": "查询成功",
                "Paging": {"TotalRecords": 1},
                "Result": [_listed_by_qichacha()],
            }
        if self.service.fault == "no details":
            return {"Status": "109", "Message": "请求超过系统限制", "Result": None}
        return {"Status": "200", "Message": "查询成功", "Result": _detailed_by_qichacha()}

    def _tianyancha(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        if self.headers.get("Authorization") != TOKEN:
            return {"error_code": 300005, "reason": "无权限访问此api", "result": None}
        if self.service.fault == "quota":
            return {"error_code": 300006, "reason": "余额不足", "result": None}
        if path.endswith("/search/2.0"):
            if query["word"] not in COMPANY["name"]:
                return {"error_code": 300000, "reason": "无数据", "result": None}
            one = {
                "id": 22822,
                "name": COMPANY["name"].replace(query["word"], f"<em>{query['word']}</em>"),
                "creditCode": COMPANY["code"],
                "legalPersonName": COMPANY["person"],
                "regStatus": "存续",
                "estiblishTime": "2016-05-18 00:00:00.0",
                "regCapital": "5000万人民币",
            }
            return {"error_code": 0, "reason": "ok", "result": {"total": 1, "items": [one]}}
        return {
            "error_code": 0,
            "reason": "ok",
            "result": {
                "name": COMPANY["name"],
                "creditCode": COMPANY["code"],
                "legalPersonName": COMPANY["person"],
                "regCapital": "5000万人民币",
                "estiblishTime": 1463500800000,
                "regStatus": "存续",
                "base": "js",
                "city": "苏州市",
                "district": "吴中区",
                "regLocation": "江苏省苏州市吴中区金枫路99号",
                "industry": "制造业",
                "phoneNumber": COMPANY["phone"],
                "email": "office@qiming.example.cn",
                "websiteList": "www.qiming.example.cn",
                "businessScope": COMPANY["scope"],
            },
        }

    def _send(self, body: bytes, status: int = 200) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # whoever asked has gone

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def _listed_by_qichacha() -> dict[str, str]:
    return {
        "KeyNo": "4659626b1e5e43f1bcad8c268753216e",
        "Name": COMPANY["name"],
        "CreditCode": COMPANY["code"],
        "StartDate": "2016-05-18",
        "OperName": COMPANY["person"],
        "Status": "存续（在营、开业、在册）",
        "Address": "江苏省苏州市吴中区金枫路99号",
    }


def _detailed_by_qichacha() -> dict[str, Any]:
    return {
        **_listed_by_qichacha(),
        "RegistCapi": "5000万元人民币",
        "StartDate": "2016-05-18 00:00:00",
        "Province": "JS",
        "Area": {"Province": "江苏省", "City": "苏州市", "County": "吴中区"},
        "Industry": {"Industry": "制造业"},
        "Scope": COMPANY["scope"],
        "ContactInfo": {
            "PhoneNumber": COMPANY["phone"],
            "Email": "office@qiming.example.cn",
            "WebSite": [{"Name": "启明", "Url": "www.qiming.example.cn"}],
        },
    }


@contextmanager
def serving() -> Iterator[Service]:
    """The server, running for the block."""
    service = Service()
    handler = type("Handler", (_Handler,), {"service": service})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
