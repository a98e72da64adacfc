"""Delivery status notifications as mail servers write them (RFC 3464)."""

from __future__ import annotations

from email.message import EmailMessage, Message, MIMEPart
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText


def returned(
    mail: EmailMessage, action: str = "failed", envelope: str = "", headers: bool = True
) -> bytes:
    """What comes back to the sender of a mail; by its headers, or by its envelope id alone."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = "MAILER-DAEMON@mx.example.com"
    report["To"] = str(mail["From"])
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report.attach(MIMEText("This is the mail system. Your message could not be delivered.\n"))
    whole, one = Message(), Message()
    whole["Reporting-MTA"] = "dns; mx.example.com"
    if envelope:
        whole["Original-Envelope-Id"] = envelope
    one["Final-Recipient"] = f"rfc822; {mail['To']}"
    one["Action"] = action
    one["Status"] = "5.1.1" if action == "failed" else "4.4.1"
    one["Diagnostic-Code"] = "smtp; 550 5.1.1 no such user"
    status = MIMEPart()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([whole, one])
    report.attach(status)
    if headers:
        listed = "".join(f"{name}: {value}\n" for name, value in mail.items())
        part = MIMEText(listed, "rfc822-headers")
        report.attach(part)
    return report.as_bytes()


def returned_whole(mail: EmailMessage) -> bytes:
    """One that has the whole mail with it."""
    from email import message_from_bytes

    report = message_from_bytes(returned(mail, headers=False))
    assert isinstance(report, Message)
    report.attach(MIMEMessage(message_from_bytes(mail.as_bytes())))
    return report.as_bytes()
