-- include: keys
-- include: emit
-- include: ticket_lane
-- include: ticket_waits
-- include: waits_since
-- A held or scheduled ticket, just moved to `waiting`, gets into the line.
local function ticket_resumes(ticket)
  local lane, needs = ticket_lane(ticket)
  local arrived, from, before = unpack(call('HMGET', key('ticket', ticket), 'arrived', 'from', 'waited'))
  emit('ticket_resumed', 'ticket', ticket, 'lane', lane, 'needs', needs, 'arrived_ms', arrived,
    'since_ms', waits_since(from, before))
  ticket_waits(ticket, lane)
end
