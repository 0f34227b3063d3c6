-- Make these rules the realm's, unless newer ones are known already.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules
-- Returns: the version of the rules in force
-- Errors: none
-- Events: none
-- include: keys
-- include: rules
return rules.version
