-- include: emit
-- include: count
-- include: unreserve
-- Take a pending reservation back; the caller moves both sides on.
local function rescind(ticket, why)
  local row = call('HMGET', key('ticket', ticket), 'reservation', 'seat')
  emit('reservation_rescinded', 'reservation', row[1], 'ticket', ticket, 'seat', row[2], 'why', why)
  count('rescinded')
  return unreserve(ticket)
end
