-- include: keys
-- End a pending reservation on the ticket's side and return the seat that held it.
local function unreserve(ticket)
  local seat = call('HGET', key('ticket', ticket), 'seat')
  call('ZREM', PREFIX .. 'due', 'ring|' .. ticket)
  call('HDEL', key('ticket', ticket), 'seat', 'reservation', 'deadline', 'explain')
  return seat
end
