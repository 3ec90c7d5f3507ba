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


class NotStored(ShudaoError):
    """The disk did not take or give what it should; the dataset stands as before."""


class PoolFull(NotStored):
    """The disk could not hold the batch; the dataset stands as before."""

    code = "pool.full"
    status = 507
    says = "存储空间不足，本批数据没有入库，原有数据不受影响。"
    advice = "请联系系统管理员扩充存储空间后重新报送。"


class DiskFailed(NotStored):
    """The disk, or the file system above it, reported an error of its own; the dataset stands as before."""

    code = "pool.disk_failed"
    status = 500
    says = "存储设备读写出错，本批数据没有入库，原有数据不受影响。"
    advice = "请立即联系系统管理员检查磁盘；修复后可用原来的文件重新报送。"


class InboxMissing(ShudaoError):
    """No inbox is set up, or its folder is not there."""

    code = "pool.inbox_missing"
    status = 409
    says = "没有设置收件箱，或收件箱文件夹不存在。"
    advice = "请设置 SHUDAO_POOL_INBOX，并建立文件夹 <数据集代码>/<full、append、upsert 或 delete>。"


class InboxRefused(ShudaoError):
    """What lies in the inbox is no file that can be taken in."""

    code = "pool.inbox_refused"
    status = 422
    says = "收件箱中的这一项没有入库：{why}"
    advice = "请把普通文件以常用字符命名，放入 <数据集代码>/<full、append、upsert 或 delete>。"


class TooManyRows(ShudaoError):
    """Rules that compare all rows of a delivery with one another do not fit into memory for this one."""

    code = "pool.too_many_rows"
    status = 413
    says = "本批数据过大，比较全部行的规则无法在内存中完成；数据没有入库，原有数据不受影响。"
    advice = "请分批以追加方式报送，或请数据管理员减少跨行规则。"


class TableMissing(Conflict):
    """The dataset's contract names no table, or the operator gave it no database."""

    code = "pool.table_missing"
    says = "数据集 {dataset} 没有可以抽取的来源表：{why}"
    advice = "请在约定中填写 source，并在 SHUDAO_POOL_SOURCES 文件中按数据集代码给出数据库连接。"


class TableUnreachable(ShudaoError):
    """The department's database does not answer; nothing was read."""

    code = "pool.table_unreachable"
    status = 502
    says = "数据集 {dataset} 的来源数据库连接不上。"
    advice = "请检查网络、账号和数据库状态后重试。"


class TableUnreadable(ShudaoError):
    """The table is not what the contract says, or cannot be read in bounded memory; nothing of it was kept."""

    code = "pool.table_unreadable"
    status = 422
    says = "不能按约定读取来源表：{why}"
    advice = "请核对表名、列名、游标列和读取权限。"


class RowRepaired(Conflict):
    """Somebody repaired this row, or one of these rows, before."""

    code = "pool.row_repaired"
    says = "这一行已经修复入库。"
    advice = "请刷新隔离行列表。"


class NotRepairable(Conflict):
    """What this delivery set aside cannot come in any more."""

    code = "pool.not_repairable"
    says = "这一批的隔离行不能再修复：{why}"
    advice = "请在数据源头更正后重新报送。"


class SnapshotUnknown(NotFound):
    """The dataset has no such snapshot, or none of that time any more."""

    code = "pool.snapshot_unknown"
    says = "数据集 {dataset} 没有快照 {number}，或已超过保留期。"
    advice = "请核对快照编号或日期。"


class SnapshotInUse(Conflict):
    """The current snapshot cannot be dropped."""

    code = "pool.snapshot_in_use"
    says = "快照 {number} 是数据集 {dataset} 的当前快照，不能删除。"
    advice = "请选择较早的快照。"


class SubjectsStay(Conflict):
    """The key of the subjects' hashes cannot be changed: other rooms know people by these hashes."""

    code = "pool.subjects_stay"
    says = "主体散列的密钥不能更换：账号、授权、订阅等也以同一散列指代本人，更换后将无法再对应。"
    advice = "文件、保险库和索引的密钥可以分别更换。"
