"""The planted faults fit the library as it stands; `make mutants` shows that each is noticed."""

import pytest
from plan import FAULTS, faults


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: f"{fault.module}: {fault.kind}")
def test_a_fault_can_be_planted(fault):
    compile(fault.changed(), str(fault.source), "exec")
    assert fault.changed() != fault.source.read_text()


def test_there_are_enough_and_their_tests_exist():
    planted = faults()
    assert len(planted) >= 150
    assert len({(fault.module, fault.old, fault.new) for fault in planted}) == len(planted)
    assert {fault.module for fault in planted} == {path.stem for path in FAULTS.glob("*.txt")}
    for fault in planted:
        assert fault.tests
        for test in fault.tests:
            assert test.endswith(".py")
            open(test).close()
