"""Reads scenario files: YAML to a typed world, or every fault of it with its line."""

from simulation.scenario.faults import Fault, ScenarioFaults
from simulation.scenario.read import Scenario, read_scenario
from simulation.scenario.variants import Variant

__all__ = ["Fault", "Scenario", "ScenarioFaults", "Variant", "read_scenario"]
