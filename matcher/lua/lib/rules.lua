-- The caller's rules (matcher/rules.py), by name; durations in milliseconds. Every call sets them.
local rules, packed_rules
