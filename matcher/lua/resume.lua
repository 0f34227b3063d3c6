-- A held ticket waits again at its old place, and so does one that was to be called back; an appointment begins to wait
-- now, one that is on time with the head start of its own class unless the citizen's is worth more.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket, 4 state that it must be in (held or scheduled),
--       5 head start of an appointment in ms
-- Returns: the ticket's row
-- Errors: TICKET_NOT_FOUND, TICKET_NOT_WAITING
-- Events: ticket_resumed, reservation_made, seat_changed, seats_alerted
-- include: keys
-- include: now
-- include: rules
-- include: due
-- include: next_step
-- include: ticket_to
-- include: ticket_resumes
-- include: ticket_row
-- include: waited
local ticket, must = ARGV[3], ARGV[4]
local state, lease_ms, at, policy, step, is_appointment, priority, is_borrowed, arrived, score, before, from =
  unpack(call('HMGET', key('ticket', ticket), 'state', 'lease', 'at', 'policy', 'step', 'appointment',
    'priority', 'borrowed', 'arrived', 'score', 'waited', 'from'))
if not state then
  return { -1, ticket }
elseif state == 'waiting' or state == 'reserved' then
  return ticket_row(ticket)
elseif state ~= must or is_borrowed then
  return { -2, state }
end
ticket_to(ticket, must, 'waiting')
call('HDEL', key('ticket', ticket), 'until', 'at', 'lent_to')
call('ZREM', PREFIX .. 'due', 'hold|' .. ticket, 'time|' .. ticket)
if must == 'scheduled' then
  local waited_ms = is_appointment and 0 or waited(before, from)
  if is_appointment then
    local on_time = math.abs(now - at) <= rules.on_time_ms
    local own, appointment = arrived - score, on_time and tonumber(ARGV[5]) or 0
    call('HSET', key('ticket', ticket), 'arrived', now, 'from', now, 'score', now - math.max(own, appointment))
    call('HDEL', key('ticket', ticket), 'appointment')
    if on_time and appointment > own then
      call('HSET', key('ticket', ticket), 'priority', 'appointment', 'asked', priority)
    end
  else
    call('HSET', key('ticket', ticket), 'from', now)
  end
  next_step(ticket, policy, tonumber(step), waited_ms)
end
if tonumber(lease_ms) > 0 then
  due(now + lease_ms, 'page', ticket)
end
ticket_resumes(ticket)
return ticket_row(ticket)
