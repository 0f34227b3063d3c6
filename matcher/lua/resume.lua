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
local row = call('HMGET', key('ticket', ticket), 'state', 'lease', 'at', 'policy', 'step', 'appointment', 'priority',
  'borrowed', 'arrived', 'score', 'waited', 'from')
if not row[1] then
  return { -1, ticket }
elseif row[1] == 'waiting' or row[1] == 'reserved' then
  return ticket_row(ticket)
elseif row[1] ~= must or row[8] then
  return { -2, row[1] }
end
ticket_to(ticket, must, 'waiting')
call('HDEL', key('ticket', ticket), 'until', 'at', 'lent_to')
call('ZREM', PREFIX .. 'due', 'hold|' .. ticket, 'time|' .. ticket)
if must == 'scheduled' then
  local waited_ms = row[6] and 0 or waited(row[11], row[12])
  if row[6] then
    local on_time = math.abs(now - row[3]) <= rules.on_time_ms
    local own, appointment = row[9] - row[10], on_time and tonumber(ARGV[5]) or 0
    call('HSET', key('ticket', ticket), 'arrived', now, 'from', now, 'score', now - math.max(own, appointment))
    call('HDEL', key('ticket', ticket), 'appointment')
    if on_time and appointment > own then
      call('HSET', key('ticket', ticket), 'priority', 'appointment', 'asked', row[7])
    end
  else
    call('HSET', key('ticket', ticket), 'from', now)
  end
  next_step(ticket, row[4], tonumber(row[5]), waited_ms)
end
if tonumber(row[2]) > 0 then
  due(now + row[2], 'page', ticket)
end
ticket_resumes(ticket)
return ticket_row(ticket)
