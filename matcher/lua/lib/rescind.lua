-- include: emit
-- include: count
-- include: unreserve
-- Take a pending reservation back; the caller moves both sides on.
local function rescind(ticket, why)
  local reservation, seat = unpack(call('HMGET', key('ticket', ticket), 'reservation', 'seat'))
  emit('reservation_rescinded', 'reservation', reservation, 'ticket', ticket, 'seat', seat, 'why', why)
  count('rescinded')
  return unreserve(ticket)
end
