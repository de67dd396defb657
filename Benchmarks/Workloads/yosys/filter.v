// A small design for the yosys workload: a byte stream through a queue into a four-tap filter.
module queue #(parameter WIDTH = 8, DEPTH = 16) (
    input clock, input reset,
    input push, input [WIDTH-1:0] in,
    input pop, output reg [WIDTH-1:0] out,
    output empty, output full
);
    localparam BITS = $clog2(DEPTH);
    reg [WIDTH-1:0] cells [0:DEPTH-1];
    reg [BITS:0] head, tail;
    assign empty = head == tail;
    assign full = head == {~tail[BITS], tail[BITS-1:0]};
    always @(posedge clock) begin
        if (reset) begin
            head <= 0;
            tail <= 0;
        end else begin
            if (push && !full) begin
                cells[head[BITS-1:0]] <= in;
                head <= head + 1;
            end
            if (pop && !empty) begin
                out <= cells[tail[BITS-1:0]];
                tail <= tail + 1;
            end
        end
    end
endmodule

module filter (
    input clock, input reset,
    input valid, input [7:0] sample,
    output reg ready, output reg [17:0] result
);
    localparam IDLE = 0, FETCH = 1, SUM = 2, SHOW = 3;
    reg [1:0] state;
    reg [7:0] taps [0:3];
    wire [7:0] next;
    wire empty, full;
    queue #(.WIDTH(8), .DEPTH(16)) queue (
        .clock(clock), .reset(reset), .push(valid), .in(sample),
        .pop(state == FETCH), .out(next), .empty(empty), .full(full));
    always @(posedge clock) begin
        ready <= 0;
        if (reset) state <= IDLE;
        else case (state)
            IDLE: if (!empty) state <= FETCH;
            FETCH: state <= SUM;
            SUM: begin
                taps[3] <= taps[2];
                taps[2] <= taps[1];
                taps[1] <= taps[0];
                taps[0] <= next;
                state <= SHOW;
            end
            SHOW: begin
                result <= taps[0] * 8'd23 + taps[1] * 8'd87 + taps[2] * 8'd87 + taps[3] * 8'd23;
                ready <= 1;
                state <= full ? FETCH : IDLE;
            end
        endcase
    end
endmodule
