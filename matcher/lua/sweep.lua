-- Do what is due: reservations that rang out, widening steps, leases, holds, wrap-ups, callbacks. Anybody may run it,
-- at any time and twice: each entry is taken off the list by the one who does it.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 how many entries at most, 4 patience_ms: after 5 s in which nobody swept (the server or
--   all nodes were away, nobody could say that a page or a seat is here) leases end no sooner than that later, and a
--   ring of before is nobody's miss; 0: no
-- Returns: how many entries were due
-- Errors: CLOCK_WRONG
-- Events: all of the queue's
-- include: clock_wrong
-- include: due
-- include: put_aside
-- include: sweep_ticket
-- include: sweep_seat
-- include: unshun
-- include: drop_lane
-- include: drop_profile
-- include: rules
local UNSWEPT_MS = 5000
local wrong = clock_wrong()
if wrong then
  return wrong
end

-- Returns until when leases are not over, and since when the queue is swept again.
local function patient_until()
  local patience_ms, time = tonumber(ARGV[4]), redis.call('TIME')
  if patience_ms == 0 then
    return 0, 0
  end
  local server_ms = time[1] * 1000 + math.floor(time[2] / 1000)
  local at, ends = unpack(call('HMGET', PREFIX .. 'swept', 'at', 'until'))
  local at_ms, until_ms = tonumber(at), tonumber(ends) or 0
  if at and not (at_ms and server_ms - at_ms <= UNSWEPT_MS) then
    until_ms = now + patience_ms
  end
  call('HSET', PREFIX .. 'swept', 'at', server_ms, 'until', until_ms)
  return until_ms, now < until_ms and until_ms - patience_ms or 0
end

local patient, back = patient_until()

local function ticket_due(kind, ticket)
  local state, lane, step, policy, seat, reservation, before, from, appointment, borrowed, lent_to, lease, deadline =
    unpack(call('HMGET', key('ticket', ticket), 'state', 'lane', 'step', 'policy', 'seat', 'reservation', 'waited',
      'from', 'appointment', 'borrowed', 'lent_to', 'lease', 'deadline'))
  if state then
    sweep_ticket[kind](ticket, state, { lane = lane, step = tonumber(step), policy = policy, seat = seat,
      reservation = reservation, waited_ms = waited(before, from), appointment = appointment, borrowed = borrowed,
      lent_to = lent_to, lease_ms = tonumber(lease) or 0,
      is_excused = (tonumber(deadline) or math.huge) - rules.ring_ms < back })
  end
end

-- A decline is forgotten: the seat may be idle and the ticket waiting, then they meet.
local function shun_due(pair)
  local seat, ticket = string.match(pair, '^(.-)|(.*)$')
  unshun(ticket, seat)
  local state, lane = unpack(call('HMGET', key('ticket', ticket), 'state', 'lane'))
  if state == 'waiting' and call('HGET', key('seat', seat), 'state') == 'idle' then
    unpark(ticket, lane)
    ticket_waits(ticket, lane)
  end
end

local function act(kind, id)
  if (kind == 'page' or kind == 'beat') and now < patient then
    due(patient, kind, id)
  elseif sweep_ticket[kind] then
    ticket_due(kind, id)
  elseif sweep_seat[kind] then
    sweep_seat[kind](id, unpack(call('HMGET', key('seat', id), 'state', 'ticket')))
  elseif kind == 'shun' then
    shun_due(id)
  elseif kind == 'lane' then
    drop_lane(id)
  elseif kind == 'profile' then
    drop_profile(id)
  end
end

local entries = call('ZRANGE', PREFIX .. 'due', '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[3])
for _, entry in ipairs(entries) do
  if call('ZREM', PREFIX .. 'due', entry) == 1 then -- an earlier one may have taken it off
    local done, why = pcall(act, string.match(entry, '^(.-)|(.*)$'))
    if not done then
      put_aside(entry, why)
    end
  end
end
return #entries
