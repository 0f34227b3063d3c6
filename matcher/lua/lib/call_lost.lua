-- include: keys
-- include: rules
-- The call of a ticket was lost: it comes back in that class, unless its own head start is worth more.
local function call_lost(ticket)
  local arrived, score, priority, asked =
    unpack(call('HMGET', key('ticket', ticket), 'arrived', 'score', 'priority', 'asked'))
  local worth, returning_ms = arrived - score, rules.returning_ms or 0
  if returning_ms > math.ceil(worth) then
    -- In the order of coming among those of the same millisecond, see take.lua.
    call('HSET', key('ticket', ticket), 'priority', 'returning', 'asked', asked or priority,
      'score', string.format('%.17g', arrived - returning_ms + math.ceil(worth) - worth))
  end
end
