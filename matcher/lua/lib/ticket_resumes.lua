-- include: keys
-- include: emit
-- include: ticket_lane
-- include: ticket_waits
-- A held or scheduled ticket, just moved to `waiting`, gets into the line.
local function ticket_resumes(ticket)
  local lane, needs = ticket_lane(ticket)
  emit('ticket_resumed', 'ticket', ticket, 'lane', lane, 'needs', needs,
    'arrived_ms', call('HGET', key('ticket', ticket), 'arrived'))
  ticket_waits(ticket, lane)
end
