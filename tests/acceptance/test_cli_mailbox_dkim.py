"""`drip mailbox dkim`: a key is made once, its record printed to paste, and another one changed to."""

from pathlib import Path

import pytest

from drip.outbound.keyring import Keyring
from tests.servers.nameserver import Nameserver
from tests.unit.cli.typing_in import Terminal


def test_m23_a_key_is_made_once_and_its_record_printed_to_paste(drip: Terminal) -> None:
    assert drip("mailbox add kim --address kim@Seller.com --host mail.seller.com").code == 0
    told = drip("mailbox dkim kim")
    key = Keyring(Path("dkim")).find("seller.com")
    assert told.code == 0
    assert key is not None
    line = next(line for line in told.out.splitlines() if line.startswith("drip1._domainkey.seller.com. IN TXT "))
    strings = line.removeprefix("drip1._domainkey.seller.com. IN TXT ").strip('"').split('" "')
    assert "".join(strings) == f"v=DKIM1; k=rsa; p={key.public}"
    assert [len(one) <= 255 for one in strings] == [True, True]
    assert f"  value  v=DKIM1; k=rsa; p={key.public}\n" in told.out
    assert "Made dkim/seller.com/drip1.pem" in told.err
    again = drip("mailbox dkim seller.com --json")
    assert again.objects == [
        {
            "domain": "seller.com",
            "selector": "drip1",
            "file": "dkim/seller.com/drip1.pem",
            "bits": 2048,
            "signs": True,
            "made": False,
            "wrong": None,
            "record": {
                "name": "drip1._domainkey.seller.com",
                "type": "TXT",
                "value": f"v=DKIM1; k=rsa; p={key.public}",
                "strings": strings,
            },
            "line": line,
        }
    ]


def test_another_key_signs_only_once_it_is_chosen_and_the_dns_shows_it(
    drip: Terminal, nameserver: Nameserver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRIP_RESOLVER", nameserver.place)
    assert drip("mailbox dkim seller.com --selector first").code == 0
    told = drip("mailbox dkim seller.com --another")
    assert "drip1 does not sign yet. Publish this record first" in told.out
    assert "`drip mailbox dkim seller.com --use drip1`" in told.err
    assert Keyring(Path("dkim")).chosen("seller.com") == "first"
    told = drip("mailbox dkim seller.com --use drip1")
    assert told.code == 1
    assert (
        "Nothing was changed. drip1._domainkey.seller.com, which shows the key letters are signed with, is not there."
        in told.out
    )
    assert Keyring(Path("dkim")).chosen("seller.com") == "first"
    key = Keyring(Path("dkim")).read("seller.com", "drip1")
    nameserver.put("drip1._domainkey.seller.com", "TXT", f"v=DKIM1; k=rsa; p={key.public}")
    told = drip("mailbox dkim seller.com --use drip1")
    assert told.code == 0
    assert "Letters from seller.com are signed with drip1." in told.out
    assert Keyring(Path("dkim")).chosen("seller.com") == "drip1"


def test_a_key_that_cannot_be_used_is_found_by_the_doctor(drip: Terminal) -> None:
    assert drip("mailbox list").code == 0
    folder = Path("dkim/seller.com")
    folder.mkdir(parents=True)
    (folder / "selector").write_text("drip1\n")
    told = drip("doctor")
    assert told.code == 1
    assert "broken  dkim_key_unusable: dkim/seller.com/drip1.pem: The DKIM key cannot be read" in told.out


MISTAKES = (
    ("kim", '"kim" is neither a mailbox nor a domain. Mailboxes: none yet.'),
    ("sell_er.com", "is neither a mailbox nor a domain"),
    ("gmail.com", "gmail.com belongs to a mail provider"),
    ("seller.com --selector a/b", '"a/b" cannot be a DKIM selector'),
    ("seller.com --use drip9", "drip9.pem: The DKIM key cannot be read: no such file"),
    ("seller.com --use drip9 --another", "--use chooses among the keys there are"),
    ("seller.com --force", "--force belongs to --use"),
)


def test_what_cannot_be_is_told_and_makes_no_key(drip: Terminal) -> None:
    assert drip("mailbox list").code == 0
    for words, said in MISTAKES:
        told = drip(f"mailbox dkim {words}")
        assert (told.code, told.out) == (2, ""), words
        assert said in told.err, words
    assert not Path("dkim").exists()
