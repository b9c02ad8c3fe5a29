"""A telephone number is dialled as it was meant, whatever stands around its digits."""

import pytest

from drip.domain.telephone import dialled


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+1 (937) 555-0141", "+19375550141"),
        ("0711 5550-118", "07115550118"),
        ("+44 (0)20 7946 0000", "+442079460000"),  # the zero is for those who call from within
        ("(0) 6221 98 76", "062219876"),
        ("+49 711 5550 118 ext. 12", "+497115550118;ext=12"),
        ("216 555 0148 extension 12", "2165550148;ext=12"),
        ("555-0100 x7", "5550100;ext=7"),
        ("555-0100 #7", "5550100;ext=7"),
        ("\u0661\u0662\u0663 4567", "1234567"),
        ("ask for Ann", ""),
        ("x12", ""),
        ("", ""),
    ],
)
def test_a_number_is_dialled_as_it_was_meant(typed: str, number: str) -> None:
    assert dialled(typed) == number
