"""Hold every file of drip, workers and tests to the sizes and names of the house."""


def test_drip_can_be_imported():
    import drip

    assert drip.__version__
