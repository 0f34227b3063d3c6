-- A seat takes a waiting ticket of its choice; the first claim wins. For part-time seats, for halls, and for seats that
-- are paused and make an exception. Not the ticket that it has just declined: nobody picks among callers so.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 ticket, 5 session, 6 account, 7 its display name
-- Returns: the ticket's row
-- Errors: SEAT_NOT_FOUND, TICKET_NOT_FOUND, TICKET_NOT_WAITING, SEAT_NOT_IDLE, SEAT_NOT_ABLE
-- Events: reservation_accepted, alert_over, seat_changed
-- include: keys
-- include: fits
-- include: claim_ticket
-- include: ticket_row
local seat, ticket, session = ARGV[3], ARGV[4], ARGV[5]
local seat_state, profile, held = unpack(call('HMGET', key('seat', seat), 'state', 'profile', 'ticket'))
local state, lane, talks_in = unpack(call('HMGET', key('ticket', ticket), 'state', 'lane', 'session'))
if not seat_state or seat_state == 'offline' then
  return { -5, seat }
elseif not state then
  return { -1, ticket }
elseif state == 'serving' and held == ticket and talks_in == session then
  return ticket_row(ticket)
elseif state ~= 'waiting' then
  return { -2, state }
elseif seat_state ~= 'idle' and seat_state ~= 'paused' then
  return { -6, seat_state }
end
if call('ZSCORE', key('shun', seat), ticket) then
  return { -7, seat }
end
local needs, named = unpack(call('HMGET', key('lane', lane), 'needs', 'seat'))
local able = cjson.decode(call('HGET', key('profile', profile), 'able'))
if (named ~= '' and named ~= seat) or not fits(cjson.decode(needs), able) then
  return { -7, seat }
end
claim_ticket(ticket, seat, seat_state, session, ARGV[6], ARGV[7])
return ticket_row(ticket)
