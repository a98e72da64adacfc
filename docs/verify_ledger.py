"""Verify a written ledger without Troth: python verify_ledger.py EXPORT KEY [CHECKPOINT...]

`troth ledger export` writes EXPORT, `key` KEY and `checkpoint` what to keep. See docs/ledger.md.
"""

import json
import sys
from base64 import b64decode
from functools import reduce
from hashlib import sha256, sha512
from pathlib import Path

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519 (RFC 8032)
D = -121665 * pow(121666, -1, P) % P


def must(holds, fault):
    if not holds:
        raise ValueError(fault)


def add(p, q):
    d = D * p[0] * p[1] * q[0] * q[1]
    x, y = p[0] * q[1] + p[1] * q[0], p[1] * q[1] + p[0] * q[0]
    return x * pow(1 + d, -1, P) % P, y * pow(1 - d, -1, P) % P


def times(n, p):
    half = times(n // 2, p) if n else (0, 1)
    return add(add(half, half), p) if n % 2 else add(half, half)


def point(said):
    y = int.from_bytes(said, "little") % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    return (x if x % 2 == said[31] >> 7 else P - x), y


def signed(note, key):  # size, time and root of a checkpoint
    (text, _, lines), (name, _, public) = note.rpartition("\n\n"), key.split("+", 2)
    own = [line.split(" ")[2] for line in lines.split("\n") if line.startswith(f"— {name} ")]
    raw, public = b64decode(own[0] if own else "", validate=True), b64decode(public)[1:]
    hashed = sha512(raw[4:36] + public + text.encode() + b"\n").digest()
    h, s = (int.from_bytes(said, "little") for said in (hashed, raw[36:]))
    (x, y), base = point(public), point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    x, y = add(times(s, base), times(h % L, (P - x, y)))
    r = (y + (x % 2 << 255)).to_bytes(32, "little")
    origin, size, root, time = text.split("\n")
    must(r == raw[4:36] and s < L and origin == name, f"one is not signed with {key}")
    return int(size), time.removeprefix("time "), b64decode(root)


def verify(lines, key, files):
    head, edge, at, first, gone = json.loads(lines[0]), [], "", 1, set()  # gone: destroyed events
    yield "the checkpoints"
    notes = [json.loads(line)["checkpoint"] for line in lines[head["entries"] + 1 :] if line]
    notes += [Path(file).read_text("utf-8") for file in files]
    notes = sorted(note for note in [signed(note, key) for note in notes] if note[0])
    for seq in range(1, head["entries"] + 1):
        yield f"entry {seq}"
        e, place = json.loads(lines[seq] or "{}"), seq - 1
        must("seq" in e, "it is missing")
        said = f"{head['ledger']}\n{e['seq']}\n{e['at']}\n{e['kind']}\n{e['commitment']}"
        node = sha256(b"\0" + said.encode("utf-8", "surrogatepass")).digest()
        whole = node.hex() == e["leaf"]
        must(e["seq"] == seq or not whole, f"it is missing or out of order: {e['seq']} is there")
        must(e["at"] >= at, f"it is backdated: it is of {e['at']}, after {at}")
        must(e["seq"] == seq and whole, "it was changed")
        gone |= {seq} if head["events"] and "salt" not in e else set()
        if head["events"] and "salt" in e:
            said = f'{e["salt"]}{{"payload":{e["payload"]},"person":{json.dumps(e["person"])}}}'
            event = sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
            must(event == e["commitment"], "its event was changed")
            forgets = json.loads(e["payload"])["entries"] if e["kind"] == "forgotten" else []
            must(gone.issuperset(forgets), f"it forgets {forgets}: not all of them are forgotten")
            gone.difference_update(forgets)
        while place & 1:
            node, place = sha256(b"\1" + edge.pop() + node).digest(), place >> 1
        edge, at = [*edge, node], e["at"]
        while notes and notes[0][0] == seq:
            _, time, known = notes.pop(0)
            must(time >= at, f"it is of {at}, and was signed at {time}")
            root = reduce(lambda right, left: sha256(b"\1" + left + right).digest(), edge[::-1])
            must(root == known, f"one of {first} to {seq} was rewritten after {time}")
            at, first = time, seq + 1
    yield "the end"
    must(not notes, f"entry {head['entries'] + 1} is missing: it was signed")
    must(not gone, f"the event of entry {min(gone or [0])} was destroyed without a record of it")
    yield f"{head['entries']} entries, the last of {at}"


named = "the first line"
try:
    for step in verify(Path(sys.argv[1]).read_text("utf-8").split("\n"), sys.argv[2], sys.argv[3:]):
        named = step
    print(f"sound: {named}")
except (ValueError, LookupError, TypeError) as fault:
    sys.exit(f"broken: {named}: {fault}")
