"""Records as they are pasted: a TXT record in strings of at most 255 octets."""

from drip.domain.proofs.record import Record, dkim_record


def test_a_short_record_is_one_string() -> None:
    record = Record("acme.example", "TXT", 'v=spf1 mx -all "\\')
    assert record.line == r'acme.example. IN TXT "v=spf1 mx -all \"\\"'
    assert Record("acme.example", "MX", "10 mail.acme.example.").line == "acme.example. IN MX 10 mail.acme.example."


def test_a_long_one_is_split_after_255_octets_and_loses_nothing() -> None:
    record = dkim_record("acme.example", "drip1", "A" * 392)  # a key of 2048 bits
    assert record.name == "drip1._domainkey.acme.example"
    assert record.value == "v=DKIM1; k=rsa; p=" + "A" * 392
    assert [len(one) for one in record.strings] == [255, 155]  # 18 + 392 = 410
    assert "".join(record.strings) == record.value
    assert record.line.count('"') == 4
    assert record.line.startswith('drip1._domainkey.acme.example. IN TXT "v=DKIM1; k=rsa; p=AAA')
