-- include: keys
-- Forget what the sweeper was to do for a ticket.
local function undue(ticket)
  call('ZREM', PREFIX .. 'due', 'widen|' .. ticket, 'ring|' .. ticket, 'page|' .. ticket, 'hold|' .. ticket,
    'grace|' .. ticket, 'time|' .. ticket)
end
