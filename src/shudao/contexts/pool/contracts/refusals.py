"""What the pool refuses, and what to do then."""

from __future__ import annotations

from shudao.kernel.errors import Conflict, Invalid, NotFound, ShudaoError


class DatasetUnknown(NotFound):
    """No dataset has this code."""

    code = "pool.dataset_unknown"
    says = "没有名为 {dataset} 的数据集。"
    advice = "请先登记数据集，或核对数据集代码。"


class ContractBroken(Invalid):
    """The dataset contract cannot be used; `fields` says which part."""

    code = "pool.contract_broken"
    says = "数据集约定有误。"
    advice = "请按提示修改约定文件后重新登记。"


class SourceUnreadable(ShudaoError):
    """The delivered file is not what the contract describes; nothing of it was kept."""

    code = "pool.source_unreadable"
    status = 422
    says = "无法按约定读取来源文件：{why}"
    advice = "请核对文件格式、编码（UTF-8 或 GB18030）和表头后重新报送。"


class DatasetBusy(Conflict):
    """Another batch of the same dataset is being ingested."""

    code = "pool.dataset_busy"
    says = "数据集 {dataset} 正在入库另一批数据。"
    advice = "请等这一批完成后再报送。"


class PoolFull(ShudaoError):
    """The disk could not hold the batch; the dataset stands as before."""

    code = "pool.full"
    status = 507
    says = "存储空间不足，本批数据没有入库，原有数据不受影响。"
    advice = "请联系系统管理员扩充存储空间后重新报送。"
