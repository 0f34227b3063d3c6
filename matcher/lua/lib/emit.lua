-- include: keys
-- Write one journal entry in the same step as the move that it tells of.
local function emit(kind, ...)
  return call('XADD', KEYS[1], '*', 'type', kind, 'at_ms', ARGV[1], ...)
end
