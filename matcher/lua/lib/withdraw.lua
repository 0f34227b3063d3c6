-- include: keys
-- include: idle_out
-- include: rescind
-- Get a seat that is idle or reserved out of the way, before it moves elsewhere; a ringing ticket goes on waiting.
-- Call `ticket_returns` for the ticket that this returns once the seat has moved.
local function withdraw(seat, state, why)
  local profile, duty, ticket = unpack(call('HMGET', key('seat', seat), 'profile', 'duty', 'ticket'))
  if state == 'idle' then
    idle_out(seat, profile, duty)
  elseif state == 'reserved' then
    rescind(ticket, why)
    return ticket
  end
  return nil
end
