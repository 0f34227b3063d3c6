-- The caller's rules (matcher/rules.py), by name; durations in milliseconds.
local rules = cmsgpack.unpack(ARGV[2])
