-- include: keys
-- include: rules
-- include: emit
-- Number an event of a session, keep it for replay, tell the journal; returns its number, 0 where it is refused. The
-- same `dedupe` again gives the same number and writes nothing. An event for an open log only is not written to a
-- closed one, also where its caller saw the log open a moment ago: then the number is that of the close. The events
-- that tell how the session stands (it closes, somebody comes or goes) are kept in `marks` a second time, to be read
-- without the chat.
-- `how`: 'shown' to pages; 'private': no page is sent it; 'closes' the log, or only 'while_open' (both shown);
-- 'said': shown, and refused once the log is closed: nobody would see it
local function note_event(session, ticket, kind, text, by, dedupe, how)
  local numbers, log, at_ms = key('numbers', session), key('log', session), ARGV[1]
  if dedupe ~= '' then
    local known = call('HGET', numbers, 'd:' .. dedupe)
    if known then
      return tonumber(known)
    end
  end
  if how == 'while_open' or how == 'said' then
    local closed = call('HGET', numbers, 'closed')
    if closed then
      return how == 'said' and 0 or tonumber(closed)
    end
  end
  local seq = call('HINCRBY', numbers, 'seq', 1)
  local rest = string.match(text, '^%s*{%s*(.*)$')
  local body = '{"seq":' .. seq .. ',"at_ms":' .. at_ms .. (string.sub(rest, 1, 1) == '}' and '' or ',') .. rest
  if dedupe ~= '' then
    call('HSET', numbers, 'd:' .. dedupe, seq)
  end
  if how == 'closes' then
    call('HSET', numbers, 'closed', seq)
  end
  if how ~= 'private' then
    call('ZADD', log, seq, body)
    call('EXPIRE', log, rules.log_s)
  end
  if how == 'closes' or how == 'while_open' or kind == 'hung_up' then
    call('ZADD', key('marks', session), seq, body)
    call('EXPIRE', key('marks', session), rules.log_s)
  end
  call('EXPIRE', numbers, rules.log_s)
  emit('session_noted', 'session', session, 'ticket', ticket, 'seq', seq, 'kind', kind, 'body', body, 'by', by)
  return seq
end
