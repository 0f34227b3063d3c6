-- A seat takes a waiting ticket of its choice; the first claim wins. For part-time seats, for halls, and for seats that
-- are paused and make an exception. Not the ticket that this agent has just declined: nobody picks among callers so.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 ticket, 5 session, 6 account, 7 its display name
-- Returns: the ticket's row
-- Errors: SEAT_NOT_FOUND, TICKET_NOT_FOUND, TICKET_NOT_WAITING, SEAT_NOT_IDLE, SEAT_NOT_ABLE
-- Events: reservation_accepted, alert_over, seat_changed
-- include: keys
-- include: agent_of
-- include: fits
-- include: claim_ticket
-- include: ticket_row
local seat, ticket, session = ARGV[3], ARGV[4], ARGV[5]
local at = call('HMGET', key('seat', seat), 'state', 'profile', 'ticket')
local row = call('HMGET', key('ticket', ticket), 'state', 'lane', 'session')
if not at[1] or at[1] == 'offline' then
  return { -5, seat }
elseif not row[1] then
  return { -1, ticket }
elseif row[1] == 'serving' and at[3] == ticket and row[3] == session then
  return ticket_row(ticket)
elseif row[1] ~= 'waiting' then
  return { -2, row[1] }
elseif at[1] ~= 'idle' and at[1] ~= 'paused' then
  return { -6, at[1] }
end
if call('ZSCORE', key('shun', agent_of(seat)), ticket) then
  return { -7, seat }
end
local lane = call('HMGET', key('lane', row[2]), 'needs', 'seat')
local able = cjson.decode(call('HGET', key('profile', at[2]), 'able'))
if (lane[2] ~= '' and lane[2] ~= seat) or not fits(cjson.decode(lane[1]), able) then
  return { -7, seat }
end
claim_ticket(ticket, seat, at[1], session, ARGV[6], ARGV[7])
return ticket_row(ticket)
