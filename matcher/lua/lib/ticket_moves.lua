-- The legal moves of a ticket, written here from protocol/states.py when the script is loaded.
local TICKET_MOVES = [[$ticket_moves]]
