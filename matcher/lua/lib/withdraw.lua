-- include: keys
-- include: idle_out
-- include: rescind
-- Get a seat that is idle or reserved out of the way, before it moves elsewhere; a ringing ticket goes on waiting.
-- Call `ticket_returns` for the ticket that this returns once the seat has moved.
local function withdraw(seat, state, why)
  local row = call('HMGET', key('seat', seat), 'profile', 'duty', 'ticket')
  if state == 'idle' then
    idle_out(seat, row[1], row[2])
  elseif state == 'reserved' then
    rescind(row[3], why)
    return row[3]
  end
  return nil
end
