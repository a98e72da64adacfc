"""What the demo's mail server writes to the sender of a mail that nobody could be given (RFC 3464)."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid

from troth.demo.smtp import Envelope

HOST = "demo.example"


def report(envelope: Envelope, content: bytes, to: str) -> bytes:
    """The report that a mail did not reach one address: by its headers, and by the envelope id if it had one."""
    written = MIMEMultipart("report", report_type="delivery-status")
    written["From"] = f"Mail delivery <mailer-daemon@{HOST}>"
    written["To"] = envelope.sender
    written["Subject"] = "Not delivered"
    written["Date"] = formatdate()
    written["Message-ID"] = make_msgid(domain=HOST)
    written["Auto-Submitted"] = "auto-replied"
    written.attach(MIMEText(f"Nobody has the address {to}.\n"))
    written.attach(_status(envelope, to))
    returned = message_from_bytes(content)
    listed = "".join(f"{name}: {value}\n" for name, value in returned.items())
    letters = "us-ascii" if listed.isascii() else "utf-8"
    written.attach(MIMEText(listed, "rfc822-headers", letters))
    return written.as_bytes()


def _status(envelope: Envelope, to: str) -> MIMEBase:
    whole, one = Message(), Message()
    whole["Reporting-MTA"] = f"dns; {HOST}"
    if "ENVID" in envelope.asked:
        whole["Original-Envelope-Id"] = envelope.asked["ENVID"]
    one["Final-Recipient"] = f"rfc822; {to}"
    one["Action"] = "failed"
    one["Status"] = "5.1.1"
    one["Diagnostic-Code"] = "smtp; 550 5.1.1 nobody has this address"
    status = MIMEBase("message", "delivery-status")
    status.set_payload([whole, one])
    return status


def wanted(asked: dict[str, str]) -> bool:
    """Whether the sender wants to hear of a failure: unless it was said otherwise (RFC 3461, 4.1)."""
    return "FAILURE" in asked.get("NOTIFY", "FAILURE").upper().split(",")
