"""No two modules import each other, however long the way round."""

from graphlib import CycleError, TopologicalSorter

import grimp

from tests.house.tree import PACKAGES, ROOT


def test_imports_have_no_cycles() -> None:
    there = [package for package in PACKAGES if (ROOT / package / "__init__.py").exists()]
    first, *others = there
    graph = grimp.build_graph(first, *others, exclude_type_checking_imports=True, cache_dir=None)
    order = TopologicalSorter(
        {module: graph.find_modules_directly_imported_by(module) - {module} for module in graph.modules}
    )
    cycle: list[str] = []
    try:
        order.prepare()
    except CycleError as error:
        cycle = error.args[1]
    assert cycle == []


def test_no_import_hides_from_the_rules() -> None:
    by_name = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "import_module" in (text := path.read_text(encoding="utf-8")) or "__import__" in text
    }
    assert by_name == {"cloudwindow/__main__.py"}, "only the command line loads its own commands by name"
