-- include: keys
-- Forget what the sweeper was to do for a ticket: during a call only its seat's grace time can be due.
local function undue(ticket, state)
  if state == 'serving' then
    call('ZREM', PREFIX .. 'due', 'grace|' .. ticket)
  else
    call('ZREM', PREFIX .. 'due', 'widen|' .. ticket, 'ring|' .. ticket, 'page|' .. ticket, 'hold|' .. ticket,
      'time|' .. ticket)
  end
end
