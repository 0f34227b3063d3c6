-- include: keys
-- include: rules
-- Write one journal entry in the same step as the move that it tells of; `shift_ms` where the business clock is set.
local function emit(kind, ...)
  if shift_ms ~= 0 then
    return call('XADD', KEYS[1], '*', 'type', kind, 'at_ms', ARGV[1], 'shift_ms', string.format('%d', shift_ms), ...)
  end
  return call('XADD', KEYS[1], '*', 'type', kind, 'at_ms', ARGV[1], ...)
end
