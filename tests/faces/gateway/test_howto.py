"""The client's README: its shell lines, run as they stand against a real gateway."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.faces.gateway.process import Place, person
from tests.plane import makers

README = Path(__file__).parents[3] / "src" / "shudao" / "client" / "README.md"


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="curl or openssl is not installed")
def test_the_curl_lines_get_an_answer(place: Place, tmp_path: Path) -> None:
    script = re.search(r"```sh\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[1]
    for written, real in {
        "127.0.0.1:8100": f"127.0.0.1:{place.port}",
        "SHUDAO/GOV/CREDIT-CODE/one-window": makers.CLIENT,
        "SHUDAO/GOV/CREDIT-CODE-OF-THE-SOURCE/pool/sjzy-population-basic": makers.SERVICE,
        "KEY_ID=one-window-1": "KEY_ID=window-1",
        "IDENTIFIER": person(3),
        '"handling"': '"household-registration"',
    }.items():
        assert written in script
        script = script.replace(written, real)
    key = Ed25519PrivateKey.from_private_bytes(makers.SECRET)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    done = subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["data"] == {"name": "试验人3"}
