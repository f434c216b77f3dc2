"""Serving a language model: what its weights and its conversations take of memory, and the pace that is left."""

from __future__ import annotations

from calculators.engine.catalogue.literature import ASSUMED, MEASURE
from calculators.engine.sheets import Check, Formula, Input, Remark, Sheet

LLAMA = "Grattafiori et al., The Llama 3 Herd of Models (2024), table 3, the 70B model"
H100 = "NVIDIA, H100 Tensor Core GPU, data sheet, SXM (2023)"

SHEET = Sheet(
    slug="llm-serving",
    title="Serving a language model",
    summary="Tokens a second, conversations that fit, and the price of a million tokens, from memory and bandwidth.",
    inputs=(
        Input(
            name="weights_count",
            label="weights of the model",
            default="70 billion",
            minimum="1M",
            source=LLAMA,
        ),
        Input(name="weight_size", label="bytes of a weight", default="2 B", unit="B", minimum="0.1 B", source=LLAMA),
        Input(name="layers", label="layers", default="80", minimum="1", source=LLAMA),
        Input(
            name="kv_heads",
            label="key and value heads of a layer",
            default="8",
            minimum="1",
            help="Fewer than the heads that ask: several share one (grouped-query attention).",
            source=LLAMA,
        ),
        Input(name="head_size", label="numbers of a head", default="128", minimum="1", source=LLAMA),
        Input(name="context", label="tokens of a conversation", default="4,000", minimum="1", source=ASSUMED),
        Input(name="processors", label="graphics processors", default="4", minimum="1", source="Worked example"),
        Input(name="memory", label="memory of one", default="80 GB", unit="GB", minimum="1 GB", source=H100),
        Input(
            name="bandwidth",
            label="bandwidth of its memory",
            default="3.35 TB/s",
            unit="TB/s",
            minimum="1 GB/s",
            source=H100,
        ),
        Input(
            name="reached",
            label="share of the bandwidth that is reached",
            default="60%",
            minimum="1%",
            maximum="100%",
            help="100 % gives the bound that no software passes.",
            source=MEASURE,
        ),
        Input(
            name="batch",
            label="conversations at once",
            default="100",
            minimum="1",
            source="Worked example",
        ),
        Input(
            name="price",
            label="price of one processor",
            default="4.916 USD/hour",
            unit="USD/hour",
            minimum="0 USD/hour",
            source="AWS, EC2 Capacity Blocks for ML pricing, p5.48xlarge, per accelerator (2024)",
        ),
    ),
    checks=(
        Check(
            must="weights < processors * memory",
            text="the weights take {weights} and the processors hold {all_memory} together. Expected more processors, "
            "or fewer bytes a weight",
            input="processors",
        ),
        Check(
            must="batch <= most_conversations",
            text="{most_conversations} conversations fit beside the weights. Expected at most as many at once",
            input="batch",
        ),
    ),
    formulas=(
        Formula(name="weights", label="memory of the weights", expression="weights_count * weight_size", unit="GB"),
        Formula(name="all_memory", label="memory together", expression="processors * memory", unit="GB"),
        Formula(
            name="token_cache",
            label="KV cache of a token",
            expression="2 * layers * kv_heads * head_size * 2 B",
            words="a key and a value × layers × heads × numbers of a head × 2 bytes",
            unit="kB",
        ),
        Formula(
            name="conversation_cache",
            label="KV cache of a conversation",
            expression="token_cache * context",
            unit="GB",
        ),
        Formula(
            name="most_conversations",
            label="conversations that fit at once",
            expression="floor(max(all_memory - weights, 0 GB) / conversation_cache)",
            words="(memory together − weights) ÷ KV cache of a conversation, rounded down",
            help="Assumes that nothing else lies in that memory. Software needs some of it.",
        ),
        Formula(
            name="step_time",
            label="time of one step",
            expression="(weights + batch * conversation_cache) / (processors * bandwidth * reached)",
            words="(weights + KV caches of all conversations) ÷ (processors × bandwidth × share that is reached)",
            unit="ms",
            help="Each step reads all weights once and every KV cache, and writes one token for each conversation. "
            "Assumes that reading memory is all that takes time while writing: true of small batches, too good for "
            "large ones.",
        ),
        Formula(
            name="reader_pace",
            label="tokens a second for each reader",
            expression="1 / step_time",
            unit="/s",
        ),
        Formula(
            name="machine_pace",
            label="tokens a second of all together",
            expression="batch / step_time",
            unit="/s",
        ),
        Formula(
            name="alone_pace",
            label="tokens a second for a single conversation",
            expression="processors * bandwidth * reached / (weights + conversation_cache)",
            unit="/s",
        ),
        Formula(
            name="token_price",
            label="price of a million tokens",
            expression="1M * processors * price / machine_pace",
            words="a million × price of all processors ÷ tokens a second of all together",
            unit="USD",
            help="Of tokens that are written, in a batch that is always full. Reading prompts comes on top.",
        ),
        Formula(
            name="half_price",
            label="price of a million tokens, batch half full",
            expression="1M * processors * price * (weights + batch / 2 * conversation_cache) "
            "/ (processors * bandwidth * reached) / (batch / 2)",
            words="the same with half of the conversations",
            unit="USD",
        ),
    ),
    outputs=("weights", "conversation_cache", "most_conversations", "reader_pace", "machine_pace", "token_price"),
    remarks=(
        Remark(
            when="batch * conversation_cache > weights",
            text="The KV caches are read with each step and are larger than the weights by now: a larger batch makes "
            "every reader slower and tokens hardly cheaper.",
            topic="llm-serving",
        ),
        Remark(
            when="half_price > 1.2 * token_price",
            text="A batch that is half full makes a million tokens cost {half_price} instead of {token_price}: each "
            "step reads the weights, whoever shares it.",
            topic="llm-serving",
        ),
        Remark(
            when="batch <= 1",
            text="A single conversation pays for reading all weights. Ten at once would each be nearly as fast.",
            topic="llm-serving",
        ),
    ),
    topics=("llm-serving", "cost-estimation"),
    sources=(
        "Pope et al., Efficiently Scaling Transformer Inference, MLSys (2023)",
        "Kwon et al., PagedAttention, SOSP (2023)",
        LLAMA,
    ),
)
