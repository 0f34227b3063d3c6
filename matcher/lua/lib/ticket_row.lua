-- include: keys
-- A ticket as the caller gets it: its fields, what it is about, its policy's steps; false when there is none.
local function ticket_row(ticket)
  local fields = call('HGETALL', key('ticket', ticket))
  if #fields == 0 then
    return false
  end
  local policy = call('HGET', key('ticket', ticket), 'policy')
  return { ticket, fields, call('GET', key('about', ticket)), call('HGET', key('policy', policy), 'steps') }
end
