"""Writes the JavaScript client's table of operations and the declarations of its types and frames."""

import json
from typing import Any, Final

from clients.writer.model import OperationFound, Refusal, Schema, name_of, says_of, tag_of
from protocol import declarations

HEAD: Final = "/** {says} Written by `make clients`: change the server's types, not this file. */\n"
SCALARS: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
OPEN: Final = "(string & {})"
"""A word of a newer server; TypeScript goes on to offer the known ones."""


FACTS: Final = """
import type { Operations } from "./operations.d.ts";

export interface OperationFacts {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyArray<string>;
  readonly takes: ReadonlyArray<string>;
  readonly isJson: boolean;
  readonly isRepeatable: boolean;
  readonly paging: { readonly items: string; readonly next: string; readonly parameter: string } | null;
}

export declare const OPERATIONS: Record<keyof Operations, OperationFacts>;
"""


def spell(schema: Schema, *, is_open: bool = True) -> str:
    """Return a schema as TypeScript; an enumeration that `is_open` may get further values from a newer server."""
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(spell(each, is_open=is_open) for each in schema["anyOf"]))
    if "enum" in schema:
        known = " | ".join(json.dumps(value) for value in schema["enum"])
        return f"{known} | {OPEN}" if is_open else known
    return name_of(schema) or _spell_kind(schema, is_open=is_open)


def _spell_kind(schema: Schema, *, is_open: bool) -> str:
    match schema.get("type", ""):
        case "array" if "prefixItems" in schema:
            return f"readonly [{', '.join(spell(each, is_open=is_open) for each in schema['prefixItems'])}]"
        case "array":
            return f"ReadonlyArray<{spell(schema['items'], is_open=is_open)}>"
        case "object":
            inner = schema.get("additionalProperties")
            return (
                f"Readonly<Record<string, {spell(inner, is_open=is_open) if isinstance(inner, dict) else 'unknown'}>>"
            )
        case kind:
            return SCALARS.get(kind, "unknown")


def types(schemas: dict[str, Schema], refusals: list[Refusal], sent: frozenset[str]) -> str:
    """Return the declarations of the types; of those that are `sent` a field with a default may be left out."""
    codes = "".join(f'  | "{one.code}" // {one.status}: {one.says}\n' for one in refusals)
    return "\n".join(
        [
            HEAD.format(says="Types of what the operations take and answer."),
            *(_type(name, schema, is_sent=name in sent) for name, schema in schemas.items()),
            f"/** Codes of refusals. */\nexport type Code =\n{codes}  | {OPEN};\n",
        ]
    )


def _type(name: str, schema: Schema, *, is_sent: bool) -> str:
    comment = _comment(says_of(schema), "")
    if "enum" in schema:
        return f"{comment}export type {name} = {spell(schema)};\n"
    lines = [f"{comment}export interface {name} {{"]
    needed = schema.get("required", ())
    for each, one in schema.get("properties", {}).items():
        is_there = each in needed or ("default" in one and not is_sent)
        kind = json.dumps(tag_of(schema)) if each == "type" and tag_of(schema) else spell(one)
        lines += ["  /** @deprecated */"] if one.get("deprecated") else []
        lines.append(f"  readonly {each}{'' if is_there else '?'}: {kind};")
    return "\n".join([*lines, "}\n"])


def _comment(said: list[str], indent: str) -> str:
    text = " ".join(line for line in said if line).replace("*/", "* /")
    return f"{indent}/** {text} */\n" if text else ""


def facts(found: list[OperationFound]) -> str:
    """Return the table of the operations."""
    rows = "".join(f"  {one.name}: {json.dumps(_facts(one))},\n" for one in found)
    head = HEAD.format(says="The operations for machines.")
    return f"{head}\nexport const OPERATIONS = {{\n{rows}}};\n"


def _facts(one: OperationFound) -> dict[str, object]:
    query = [each.name for each in one.query]
    paging = one.paging and {"items": one.paging.items, "next": one.paging.next, "parameter": one.paging.parameter}
    return {
        "method": one.method,
        "path": one.path,
        "query": query,
        "takes": [*one.in_path, *query, *(["body"] if one.body is not None else [])],
        "isJson": one.answer is not None,
        "isRepeatable": one.is_repeatable,
        "paging": paging,
    }


def operations(found: list[OperationFound], names: list[str]) -> str:
    """Return the declarations of the operations: parameters and answer of each, the items of lists."""
    paged = "".join(f"  {one.name}: {spell(one.paging.item)};\n" for one in found if one.paging is not None)
    return "".join(
        [
            HEAD.format(says="The operations for machines: what is given, what is answered."),
            f'\nimport type {{ {", ".join(names)} }} from "./types.d.ts";\n',
            "\nexport interface Operations {\n",
            *map(_declared, found),
            "}\n",
            "\n/** Lists that come in pages, with the type of their items. */\n",
            f"export interface PagedOperations {{\n{paged}}}\n",
        ]
    )


def _declared(one: OperationFound) -> str:
    says = _comment([one.says, *(["@deprecated"] if one.is_deprecated else [])], "  ")
    given = "".join(f"      readonly {name}: string;\n" for name in one.in_path)
    for each in one.query:
        given += _comment([each.says, *(["@deprecated"] if each.is_deprecated else [])], "      ")
        given += f"      readonly {each.name}?: {spell(each.schema, is_open=False)};\n"
    if one.body is not None:
        given += f"      readonly body: {spell(one.body)};\n"
    given = f"{{\n{given}    }}" if given else "Readonly<Record<string, never>>"
    answer = spell(one.answer) if one.answer is not None else "Uint8Array<ArrayBuffer>"
    return f"{says}  {one.name}: {{\n    given: {given};\n    answer: {answer};\n  }};\n"


def written(found: dict[str, Any]) -> dict[str, str]:
    """Return the generated files of the JavaScript client, by name."""
    return {
        "facts.js": facts(found["operations"]),
        "facts.d.ts": f"{HEAD.format(says='The operations for machines.')}{FACTS}",
        "operations.d.ts": operations(found["operations"], list(found["types"])),
        "types.d.ts": types(found["types"], found["refusals"], found["sent"]),
        "frames.d.ts": declarations.render(),
    }
